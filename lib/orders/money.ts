/** Format integer minor units as money, the same on the server and in the browser. */
import { currencyDecimals } from './currency.ts';

/** Fixed, because the user's own locale would break hydration. */
const LOCALE = 'en';

/** Creating a formatter costs far more than using one. */
const formatters = new Map<string, Intl.NumberFormat>();

/**
 * `formatMoney(1250, 'EUR')` is `€12.50`, `formatMoney(1250, 'JPY')` is `¥1,250`: the number of decimals is the currency's
 * (ISO 4217). Exact up to `Number.MAX_SAFE_INTEGER`, since it does not divide.
 */
export function formatMoney(minorUnits: number, currency: string, locale = LOCALE): string {
  // The type knows decimal notation only; the exponent is part of the format too (ECMA-402, StringNumericLiteral).
  return formatterFor(currency, locale).format(`${minorUnits}E-${currencyDecimals(currency)}` as `${number}`);
}

function formatterFor(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formatters.get(key);
  if (known) return known;
  const decimals = currencyDecimals(currency);
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formatters.set(key, made);
  return made;
}

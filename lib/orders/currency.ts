/** Decimals of each currency by ISO 4217. `Intl` disagrees for seventeen currencies. */

const DECIMALS = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, Number(decimals)] as const)),
);

export function currencyDecimals(currency: string): number {
  return DECIMALS.get(currency) ?? 2;
}

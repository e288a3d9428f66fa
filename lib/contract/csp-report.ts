/** Reports of blocked content: the older form (`report-uri`) and the Reporting API's (`report-to`). */
import { z } from 'zod';

const TEXT_MAX_CHARS = 200;
const REPORTS_MAX = 20;

/** Senders may write anything, so text is truncated and addresses lose what follows the path. */
const Text = z.string().transform((text) => text.slice(0, TEXT_MAX_CHARS));
const Address = z.string().transform((text) => (text.split(/[?#]/, 1)[0] ?? '').slice(0, TEXT_MAX_CHARS));

const ByUri = z
  .object({
    'csp-report': z.object({
      'document-uri': Address.default(''),
      'blocked-uri': Address.default(''),
      'effective-directive': Text.optional(),
      'violated-directive': Text.optional(),
    }),
  })
  .transform(({ 'csp-report': { 'document-uri': page, 'blocked-uri': blocked, ...report } }) => [
    { directive: report['effective-directive'] ?? report['violated-directive'] ?? '', blocked, page },
  ]);

const ByApi = z
  .array(
    z.object({
      type: z.string(),
      body: z.object({
        documentURL: Address.default(''),
        blockedURL: Address.default(''),
        effectiveDirective: Text.default(''),
      }),
    }),
  )
  .max(REPORTS_MAX)
  .transform((reports) =>
    reports
      .filter(({ type }) => type === 'csp-violation')
      .map(({ body }) => ({ directive: body.effectiveDirective, blocked: body.blockedURL, page: body.documentURL })),
  );

/** Either form, read as a list of violations. */
export const CspReports = z.union([ByUri, ByApi]);

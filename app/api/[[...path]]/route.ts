/** Every other address under `/api`: 404 in JSON, whatever the method. */
import { AppError } from '../../../lib/errors.ts';
import { open, route } from '../../../lib/http/route.ts';

export const dynamic = 'force-dynamic';

const nothingHere = open({}, async () => {
  throw new AppError('not_found');
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: nothingHere,
  POST: nothingHere,
  PUT: nothingHere,
  PATCH: nothingHere,
  DELETE: nothingHere,
});

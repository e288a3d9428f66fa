import { requirePrincipal } from '../../_server/principal.ts';
import { Orders } from '../orders.tsx';

/** Behind middleware, and guarded once more next to its data, as every page of Tandem is. */
export default async function GuardedPage() {
  const { userId } = await requirePrincipal('/bench/guarded');
  return <Orders userId={userId} />;
}

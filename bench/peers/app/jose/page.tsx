import { connection } from 'next/server';
import { Orders } from '../orders.tsx';

/** Guarded by middleware alone, which verifies with jose. */
export default async function JosePage() {
  await connection();
  return <Orders userId={1} />;
}

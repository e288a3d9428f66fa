import { connection } from 'next/server';
import { Orders } from '../orders.tsx';

export default async function BarePage() {
  await connection();
  return <Orders userId={1} />;
}

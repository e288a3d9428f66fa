/** Shown for a number that is not an order of this user. */
import Link from 'next/link';

export default function OrderNotFound() {
  return (
    <div className="flex max-w-md flex-col gap-6 py-10">
      <div className="flex flex-col gap-2">
        <h1>There is no such order</h1>
        <p className="text-16 text-muted">None of your orders has this number. It may belong to another account.</p>
      </div>
      <Link href="/order" className="button button-primary self-start">
        Go to your orders
      </Link>
    </div>
  );
}

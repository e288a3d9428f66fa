/** Shown for a number that is not an order of this user. */
import Link from 'next/link';
import { Message } from '../../../_components/message-page.tsx';

const TO_ORDERS = (
  <Link href="/order" className="button button-primary">
    Go to your orders
  </Link>
);

export default function OrderNotFound() {
  return (
    <Message title="There is no such order" actions={TO_ORDERS}>
      None of your orders has this number. It may belong to another account.
    </Message>
  );
}

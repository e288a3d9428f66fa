/** The root page leads to the orders; middleware sends signed-out users to sign in. */
import { redirect } from 'next/navigation';

export default function FrontPage() {
  redirect('/order');
}

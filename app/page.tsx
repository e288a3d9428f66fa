/** The front door: the orders are what people come for, and whoever is signed out is sent to sign in from there. */
import { redirect } from 'next/navigation';

export default function FrontPage() {
  redirect('/order');
}

/** Everything about orders stands inside the signed-in frame. */
import type { ReactNode } from 'react';
import { SignedIn } from '../../_components/signed-in.tsx';

export default function OrderLayout({ children }: { children: ReactNode }) {
  return <SignedIn current="orders">{children}</SignedIn>;
}

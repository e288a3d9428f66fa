/** The account page stands inside the signed-in frame. */
import type { ReactNode } from 'react';
import { SignedIn } from '../../_components/signed-in.tsx';

export default function AccountLayout({ children }: { children: ReactNode }) {
  return <SignedIn current="account">{children}</SignedIn>;
}

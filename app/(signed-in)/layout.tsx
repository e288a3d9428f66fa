/** The frame around every page of a signed-in user. Guards nothing: a layout is skipped by requests that carry a router state. */
import type { ReactNode } from 'react';
import { SignedIn } from '../_components/signed-in.tsx';

export default function SignedInLayout({ children }: { children: ReactNode }) {
  return <SignedIn>{children}</SignedIn>;
}

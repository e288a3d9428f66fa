'use client';
/** The notice that the connection or the server is unavailable, or back. It overlays the page, so that nothing moves. */
import { useSession } from '../../lib/client/session/use-session.ts';

const SENTENCES = {
  offline: 'Offline. Your work is kept.',
  unreachable: 'Reconnecting… Your work is kept.',
  recovered: 'Connected again.',
};

export function NoticeLine() {
  const { notice } = useSession();
  return (
    <div role="status" className="fixed inset-x-0 top-0 z-20 tall:top-14 print:hidden">
      {notice && (
        <p className="appear border-b border-line bg-sunk px-4 py-0.5 text-center text-13 font-medium">
          {SENTENCES[notice]}
        </p>
      )}
    </div>
  );
}

/** The search form: a native GET form; with a script it navigates without a reload. */
import Form from 'next/form';
import Link from 'next/link';
import type { OrderListQuery } from '../../../lib/contract/order.ts';
import { Icon } from '../../_components/icons.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { changedList } from './list-query.ts';
import { SearchField } from './search-field.tsx';
import { SearchShortcut } from './search-shortcut.tsx';

const FIELD_ID = 'order-search';
/** The contract's limit, repeated because its schema is not for the browser. */
const SEARCH_MAX_CHARS = 100;

export function OrderSearch({ query }: { query: OrderListQuery }) {
  return (
    <Form action="/order" prefetch={false} scroll={false} className="flex items-center gap-2 md:w-72">
      {query.status && <input type="hidden" name="status" value={query.status} />}
      {query.sort !== '-placed_at' && <input type="hidden" name="sort" value={query.sort} />}
      <div className="relative grow">
        <label htmlFor={FIELD_ID} className="sr-only">
          Search by number, product or note
        </label>
        <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
          <Icon name="search" />
        </span>
        <SearchField
          id={FIELD_ID}
          q={query.q ?? ''}
          maxLength={SEARCH_MAX_CHARS}
          everything={changedList(query, { q: undefined })}
        />
        <SearchShortcut fieldId={FIELD_ID} />
      </div>
      {query.q && (
        <Link href={changedList(query, { q: undefined })} prefetch={false} scroll={false} className="button">
          Clear
          <LinkPending kind="list" />
        </Link>
      )}
    </Form>
  );
}

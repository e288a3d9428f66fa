'use client';
/** The search form: a native GET form; with a script it navigates without a reload, and the key `/` focuses it. */
import Form from 'next/form';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { ORDER_SEARCH_MAX_CHARS } from '../../../lib/contract/limits.ts';
import type { OrderListQuery } from '../../../lib/contract/order.ts';
import { Icon } from '../../_components/icons.tsx';
import { LinkPending } from '../../_components/link-pending.tsx';
import { moveFocus } from '../../_components/move-focus.ts';
import { HEADING_ID } from './list-return.ts';

const FIELD_ID = 'order-search';

interface OrderSearchProps extends Pick<OrderListQuery, 'status' | 'sort'> {
  /** The current search. */
  q?: string | undefined;
  /** The address of the same list without a search. */
  everything: string;
}

/** The field keeps the focus when the list changes; clearing it shows the whole list. */
export function OrderSearch({ status, sort, q = '', everything }: OrderSearchProps) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  /** The last submitted search: its result leaves newer typing alone. */
  const asked = useRef(q);

  useEffect(() => {
    if (field.current && q !== asked.current) field.current.value = q;
    asked.current = q;
  }, [q]);

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  function onSubmit() {
    asked.current = field.current?.value ?? '';
    // Otherwise the on-screen keyboard covers the results.
    if (matchMedia('(pointer: coarse)').matches) moveFocus(HEADING_ID);
  }

  /** The browser's own × clears the field; not every browser fires another event. */
  function onInput() {
    if (field.current?.value !== '' || q === '') return;
    asked.current = '';
    router.push(everything, { scroll: false });
  }

  return (
    <Form
      action="/order"
      prefetch={false}
      scroll={false}
      onSubmit={onSubmit}
      className="flex items-center gap-2 md:w-72"
    >
      {status && <input type="hidden" name="status" value={status} />}
      {sort !== '-placed_at' && <input type="hidden" name="sort" value={sort} />}
      <div className="relative grow">
        <label htmlFor={FIELD_ID} className="sr-only">
          Search by number, product or note
        </label>
        <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
          <Icon name="search" />
        </span>
        <input
          ref={field}
          id={FIELD_ID}
          type="search"
          name="q"
          defaultValue={q}
          maxLength={ORDER_SEARCH_MAX_CHARS}
          onInput={onInput}
          placeholder="Number, product or note"
          autoComplete="off"
          enterKeyHint="search"
          className="field pl-9 md:min-h-9 md:pr-9 md:text-14"
        />
        <span
          aria-hidden="true"
          className="noscript:hidden pointer-events-none absolute inset-y-0 right-3 hidden items-center text-13 text-muted md:flex"
        >
          /
        </span>
      </div>
      {q && (
        <Link href={everything} prefetch={false} scroll={false} className="button">
          Clear
          <LinkPending kind="list" />
        </Link>
      )}
    </Form>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [contenteditable]') !== null;
}

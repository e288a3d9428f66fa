'use client';
/** The search field: keeps the focus when the list changes; clearing it shows the whole list. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { moveFocus } from '../../_components/move-focus.ts';
import { HEADING_ID } from './list-return.ts';

interface SearchFieldProps {
  id: string;
  /** The current search. */
  q: string;
  maxLength: number;
  /** The address of the same list without a search. */
  everything: string;
}

export function SearchField({ id, q, maxLength, everything }: SearchFieldProps) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  /** The last submitted search: its result leaves newer typing alone. */
  const asked = useRef(q);

  useEffect(() => {
    if (field.current && q !== asked.current) field.current.value = q;
    asked.current = q;
  }, [q]);

  useEffect(() => {
    const form = field.current?.form;
    function onSubmit() {
      asked.current = field.current?.value ?? '';
      // Otherwise the on-screen keyboard covers the results.
      if (matchMedia('(pointer: coarse)').matches) moveFocus(HEADING_ID);
    }
    form?.addEventListener('submit', onSubmit);
    return () => form?.removeEventListener('submit', onSubmit);
  }, []);

  /** The browser's own × clears the field; not every browser fires another event. */
  function onInput() {
    if (field.current?.value !== '' || q === '') return;
    asked.current = '';
    router.push(everything, { scroll: false });
  }

  return (
    <input
      ref={field}
      id={id}
      type="search"
      name="q"
      defaultValue={q}
      maxLength={maxLength}
      onInput={onInput}
      placeholder="Number, product or note"
      autoComplete="off"
      enterKeyHint="search"
      className="field pl-9 md:min-h-9 md:pr-9 md:text-14"
    />
  );
}

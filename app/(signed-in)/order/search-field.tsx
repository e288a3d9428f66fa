'use client';
/** The field of the search: it keeps the focus when the list changes, and emptied it shows the whole list again. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { moveFocus } from '../../_components/move-focus.ts';
import { HEADING_ID } from './list-return.ts';

interface SearchFieldProps {
  id: string;
  /** What the list is searched for. */
  q: string;
  maxLength: number;
  /** The address of the same list without a search. */
  everything: string;
}

export function SearchField({ id, q, maxLength, everything }: SearchFieldProps) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  /** What this field asked for last: an answer to that leaves alone what was typed since. */
  const asked = useRef(q);

  useEffect(() => {
    if (field.current && q !== asked.current) field.current.value = q;
    asked.current = q;
  }, [q]);

  useEffect(() => {
    const form = field.current?.form;
    function onSubmit() {
      asked.current = field.current?.value ?? '';
      // The keyboard of a phone would go on covering what is found.
      if (matchMedia('(pointer: coarse)').matches) moveFocus(HEADING_ID);
    }
    form?.addEventListener('submit', onSubmit);
    return () => form?.removeEventListener('submit', onSubmit);
  }, []);

  /** The browser's own × empties the field, and says nothing else in every browser. */
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

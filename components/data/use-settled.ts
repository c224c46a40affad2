'use client';

import { useEffect, useState } from 'react';

/** A value once it has rested for `ms`; `mark` says whether it is another one. */
export function useSettled<T>(
  value: T,
  mark: string,
  ms: number,
): { readonly value: T; readonly mark: string } {
  const [settled, setSettled] = useState({ value, mark });
  useEffect(() => {
    if (mark === settled.mark) return;
    const timer = setTimeout(() => setSettled({ value, mark }), ms);
    return () => clearTimeout(timer);
  }, [value, mark, settled.mark, ms]);
  return settled;
}

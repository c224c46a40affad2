'use client';

import { useEffect, useRef, useState } from 'react';

/** What was let go above the page. */
export type Dropped =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'folder'; readonly folder: FileSystemDirectoryEntry }
  | { readonly kind: 'several'; readonly count: number };

const isFolder = (entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true;

/** What a transfer holds; must be asked while its event lasts. */
function droppedOf(transfer: DataTransfer): Dropped | null {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  if (items.length > 1) return { kind: 'several', count: items.length };
  const entry = items[0]?.webkitGetAsEntry() ?? null;
  if (isFolder(entry)) return { kind: 'folder', folder: entry };
  const file = transfer.files[0];
  return file === undefined ? null : { kind: 'file', file };
}

/** Takes a file or a folder that is dropped anywhere on the page. True while one is held above it. */
export function useFileDrop(onDrop: (dropped: Dropped) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const drag = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      // Else the browser would open the file in place of the page.
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const dropped = event.dataTransfer === null ? null : droppedOf(event.dataTransfer);
      if (dropped !== null) latest.current(dropped);
    };
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return over;
}

import { Skeleton } from '@/components/ui/skeleton';

/** The shape of a page while it is read. */
export function PageSkeleton({ label }: { readonly label: string }) {
  return (
    <div className="mx-auto w-full max-w-[1200px] px-4 pt-3 sm:px-6 lg:px-8">
      <p role="status" className="sr-only">
        {label}
      </p>
      <Skeleton className="mt-10 h-9 w-64" />
      <Skeleton className="mt-3 h-5 w-96 max-w-full" />
      <Skeleton className="mt-8 h-44" />
      <Skeleton className="mt-4 h-72" />
    </div>
  );
}

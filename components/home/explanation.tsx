/** What Segue does, in one paragraph; the first thing that a newcomer reads. */
export function Explanation() {
  return (
    <p>
      Segue never changes a column in place. It adds the new shape beside the old, keeps both the same while
      old and new code run, and deletes the old only when you say so. Until Delete, one click takes you back.
    </p>
  );
}

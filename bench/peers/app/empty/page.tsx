/** The least a page of Next's app router can be. */
export default function EmptyPage() {
  return <main>empty</main>;
}

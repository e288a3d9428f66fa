const NUMBERS = Array.from({ length: 20 }, (_, index) => `ORD-${String(index + 1).padStart(6, '0')}`);

/** What both pages show, and Tandem's two as well. */
export function Orders({ userId }: { userId: number | string }) {
  return (
    <main>
      <h1>Orders of {userId}</h1>
      <ul>
        {NUMBERS.map((number) => (
          <li key={number}>{number}</li>
        ))}
      </ul>
    </main>
  );
}

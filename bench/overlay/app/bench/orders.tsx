const NUMBERS = Array.from({ length: 20 }, (_, index) => `ORD-${String(index + 1).padStart(6, '0')}`);

/** What both pages show. */
export function Orders({ userId }: { userId: number }) {
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

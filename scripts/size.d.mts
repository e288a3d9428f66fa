export function weigh(): Promise<{ session: number; proof: number }>;

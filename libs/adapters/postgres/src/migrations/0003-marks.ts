/** The last event that was folded, by which a projector knows the store again. An applied migration is never edited. */
export const marks0003 = `
ALTER TABLE checkpoints ADD COLUMN mark_position numeric CHECK (mark_position = trunc(mark_position));
ALTER TABLE checkpoints ADD COLUMN mark_id text COLLATE "C";
`;

/** A value while it is being built, before it is handed out as readonly. */
export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Something odd in a published object. */
export class WarningDto {
  code!: string;
  /** JSON pointer of the place. */
  pointer!: string;
  because!: string;
}

/** What became of a publication. */
export class PublishedDto {
  id!: string;
  /** False when this version was published already. */
  isNew!: boolean;
  warnings!: WarningDto[];
}

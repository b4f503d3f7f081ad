import { ArrayMaxSize, IsArray, IsOptional, IsString, Length } from 'class-validator';

/** Rules that one release may name. */
export const RELEASE_RULES_MAX = 50;

/** A person answers for a held session. */
export class ReleaseDto {
  /** Why the session may be billed as it is. */
  @IsString()
  @Length(1, 2_000)
  reason!: string;

  /** Who answers for it; the caller when authentication is on. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  by?: string;

  /** The rules answered for; all active ones when left out. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(RELEASE_RULES_MAX)
  @IsString({ each: true })
  rules?: string[];
}

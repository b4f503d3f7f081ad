import { Type } from 'class-transformer';
import { IsDefined, IsISO8601, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';

/** Whom an assignment is for; what is left out is not asked for. The most specific assignment wins. */
export class ScopeDto {
  @IsOptional()
  @IsString()
  @Length(1, 36)
  location?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  station?: string;

  @IsOptional()
  @IsString()
  @Length(1, 48)
  evse?: string;

  @IsOptional()
  @IsString()
  @Length(1, 36)
  connector?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  tokenGroup?: string;
}

/** Who pays which tariff, from when on. */
export class AssignmentDto {
  /** The id of a published tariff. */
  @IsString()
  @Length(1, 36)
  tariff!: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ScopeDto)
  scope!: ScopeDto;

  /** Sessions that begin at or after this moment. */
  @IsISO8601({ strict: true })
  from!: string;

  /** Sessions that begin before this moment; without an end when left out. */
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

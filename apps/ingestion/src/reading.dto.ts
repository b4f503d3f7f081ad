import {
  LOCATIONS,
  MULTIPLIER_MAX,
  PHASES,
  PUBLIC_KEY_LENGTH_MAX,
  READING_CONTEXTS,
  SIGNED_DATA_LENGTH_MAX,
  SIGNED_ENCODINGS,
  VALUES_MAX,
  WORD_LENGTH_MAX,
} from '@ledger/meter';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

/** One measured value. */
export class ValueDto {
  /** The OCPP measurand, such as Energy.Active.Import.Register. */
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  measurand!: string;

  /** Decimal text; a JSON number is taken from its source text. */
  @Matches(/^[+-]?\d{1,12}(\.\d{1,18})?$/)
  value!: string;

  /** Required for energy: Wh, kWh or MWh. */
  @IsOptional()
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  unit?: string;

  /** Power of ten by which the value has to be multiplied. */
  @IsOptional()
  @IsInt()
  @Min(-MULTIPLIER_MAX)
  @Max(MULTIPLIER_MAX)
  multiplier?: number;

  /** Absent for the total of all phases. */
  @IsOptional()
  @IsIn(PHASES)
  phase?: string;

  @IsOptional()
  @IsIn(LOCATIONS)
  location?: string;
}

/** A signed meter record, exactly as the meter gave it. Sealed before anything is published or stored. */
export class SignedDto {
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  format!: string;

  @IsIn(SIGNED_ENCODINGS)
  encoding!: string;

  @IsString()
  @Length(1, SIGNED_DATA_LENGTH_MAX)
  data!: string;

  @IsOptional()
  @IsString()
  @Length(1, PUBLIC_KEY_LENGTH_MAX)
  publicKey?: string;
}

/** What a meter showed at one moment. */
export class ReadingDto {
  /** Device time of the reading. */
  @IsString()
  at!: string;

  /** The OCPP reading context; Sample.Periodic when left out. */
  @IsOptional()
  @IsIn(READING_CONTEXTS)
  context?: string;

  @IsArray()
  @ArrayMaxSize(VALUES_MAX)
  @ValidateNested({ each: true })
  @Type(() => ValueDto)
  values!: ValueDto[];

  @IsOptional()
  @ValidateNested()
  @Type(() => SignedDto)
  signed?: SignedDto;
}

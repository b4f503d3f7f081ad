import 'reflect-metadata';

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
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';

import {
  FitsMeasurand,
  IsAbsentOr,
  IsMeasurand,
  IsMeteredDecimal,
  IsMoment,
  IsPlainText,
  IsRecordText,
} from './edge-rules';

/** One measured value. */
export class ValueDto {
  /** The OCPP measurand, such as Energy.Active.Import.Register. */
  @IsMeasurand()
  measurand!: string;

  /** Decimal text; a JSON number is taken from its source text. */
  @IsMeteredDecimal()
  value!: string;

  /** Required for energy: Wh, kWh or MWh. */
  @FitsMeasurand()
  unit?: string;

  /** Power of ten by which the value has to be multiplied. */
  @IsAbsentOr()
  @IsInt()
  @Min(-MULTIPLIER_MAX)
  @Max(MULTIPLIER_MAX)
  multiplier?: number;

  /** Absent for the total of all phases. */
  @IsAbsentOr()
  @IsIn(PHASES)
  phase?: string;

  @IsAbsentOr()
  @IsIn(LOCATIONS)
  location?: string;
}

/** A signed meter record, exactly as the meter gave it. Sealed before anything is published or stored. */
export class SignedDto {
  @IsPlainText(WORD_LENGTH_MAX)
  format!: string;

  @IsIn(SIGNED_ENCODINGS)
  encoding!: string;

  @IsRecordText(SIGNED_DATA_LENGTH_MAX)
  data!: string;

  @IsAbsentOr()
  @IsPlainText(PUBLIC_KEY_LENGTH_MAX)
  publicKey?: string;
}

/** What a meter showed at one moment. */
export class ReadingDto {
  /** Device time of the reading. */
  @IsMoment()
  at!: string;

  /** The OCPP reading context; Sample.Periodic when left out. */
  @IsAbsentOr()
  @IsIn(READING_CONTEXTS)
  context?: string;

  @IsArray()
  @ArrayMaxSize(VALUES_MAX)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ValueDto)
  values!: ValueDto[];

  @IsAbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => SignedDto)
  signed?: SignedDto;
}

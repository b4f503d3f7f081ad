import {
  CHARGING_STATES,
  MESSAGE_ID_LENGTH_MAX,
  READINGS_MAX,
  SEQ_NO_MAX,
  SOURCE_LENGTH_MAX,
  TOKEN_ID_LENGTH_MAX,
  TOKEN_TYPE_LENGTH_MAX,
  TRANSACTION_LENGTH_MAX,
  WORD_LENGTH_MAX,
} from '@ledger/meter';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
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

import { ReadingDto } from './reading.dto';

const TYPES = ['started', 'updated', 'ended', 'status'].map((kind) => `ledger.meter.${kind}.v1`);

/** RFC 3339 with an offset. */
export const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Who charged. Sealed before anything is published or stored. */
export class TokenDto {
  /** The OCPP or OCPI token type, such as RFID. */
  @IsString()
  @Length(1, TOKEN_TYPE_LENGTH_MAX)
  type!: string;

  @IsString()
  @Length(1, TOKEN_ID_LENGTH_MAX)
  id!: string;

  /** The group the token belongs to, by which a tariff may be assigned. */
  @IsOptional()
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  group?: string;
}

/** What a station says about a transaction. */
export class MeterDataDto {
  /** The station's id of the transaction. */
  @IsOptional()
  @IsString()
  @Length(1, TRANSACTION_LENGTH_MAX)
  transaction?: string;

  /** Counts the messages of the transaction. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(SEQ_NO_MAX)
  seqNo?: number;

  /** True for what was kept while the station was offline. */
  @IsOptional()
  @IsBoolean()
  offline?: boolean;

  /** The OCPP trigger reason. */
  @IsOptional()
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  trigger?: string;

  @IsOptional()
  @IsIn(CHARGING_STATES)
  chargingState?: string;

  /** The OCPP stop reason. */
  @IsOptional()
  @IsString()
  @Length(1, WORD_LENGTH_MAX)
  stopReason?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => TokenDto)
  token?: TokenDto;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(READINGS_MAX)
  @ValidateNested({ each: true })
  @Type(() => ReadingDto)
  readings?: ReadingDto[];
}

/** A meter event as a CloudEvent 1.0 in JSON. Raw OCPP frames have the types `ocpp.{1.6|2.0.1|2.1}.{call|result|error}.v1`. */
export class MeterEventDto {
  @IsIn(['1.0'])
  specversion!: '1.0';

  /** The gateway's id of the message. */
  @IsString()
  @Length(1, MESSAGE_ID_LENGTH_MAX)
  id!: string;

  /** The gateway. */
  @IsString()
  @Length(1, SOURCE_LENGTH_MAX)
  source!: string;

  @IsIn(TYPES)
  type!: string;

  /** `station`, `station/evse` or `station/evse/connector`. */
  @IsString()
  @Matches(/^[^/]{1,64}(\/[^/]{1,64}){0,2}$/u)
  subject!: string;

  /** Device time of the event; without an offset it is UTC. */
  @IsString()
  @Matches(MOMENT)
  time!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => MeterDataDto)
  data!: MeterDataDto;
}

import {
  CHARGING_STATES,
  MESSAGE_ID_LENGTH_MAX,
  PLACE_LENGTH_MAX,
  READINGS_MAX,
  SEQ_NO_MAX,
  SOURCE_LENGTH_MAX,
  TOKEN_GROUP_LENGTH_MAX,
  TOKEN_ID_LENGTH_MAX,
  TOKEN_TYPE_LENGTH_MAX,
  TRANSACTION_LENGTH_MAX,
  WORD_LENGTH_MAX,
} from '@ledger/meter';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';

import { IsAbsentOr, IsMoment, IsPlainText, IsSubject } from './edge-rules';
import { ReadingDto } from './reading.dto';

/** The kinds of normalised events. */
export const NORMALISED_KINDS = ['started', 'updated', 'ended', 'status'] as const;

const TYPES = NORMALISED_KINDS.map((kind) => `ledger.meter.${kind}.v1`);

/** Who charged. Sealed before anything is published or stored. */
export class TokenDto {
  /** The OCPP or OCPI token type, such as RFID. */
  @IsPlainText(TOKEN_TYPE_LENGTH_MAX)
  type!: string;

  @IsPlainText(TOKEN_ID_LENGTH_MAX)
  id!: string;

  /** The group the token belongs to, by which a tariff may be assigned. */
  @IsAbsentOr()
  @IsPlainText(TOKEN_GROUP_LENGTH_MAX)
  group?: string;
}

/** What a station says about a transaction. */
export class MeterDataDto {
  /** The station's id of the transaction. Required for started and ended. */
  @IsAbsentOr()
  @IsPlainText(TRANSACTION_LENGTH_MAX)
  transaction?: string;

  /** Counts the messages of the transaction. */
  @IsAbsentOr()
  @IsInt()
  @Min(0)
  @Max(SEQ_NO_MAX)
  seqNo?: number;

  /** True for what was kept while the station was offline. */
  @IsAbsentOr()
  @IsBoolean()
  offline?: boolean;

  /** The OCPP trigger reason. */
  @IsAbsentOr()
  @IsPlainText(WORD_LENGTH_MAX)
  trigger?: string;

  /** Required for status. */
  @IsAbsentOr()
  @IsIn(CHARGING_STATES)
  chargingState?: string;

  /** The OCPP stop reason. */
  @IsAbsentOr()
  @IsPlainText(WORD_LENGTH_MAX)
  stopReason?: string;

  @IsAbsentOr()
  @IsObject()
  @ValidateNested()
  @Type(() => TokenDto)
  token?: TokenDto;

  @IsAbsentOr()
  @IsArray()
  @ArrayMaxSize(READINGS_MAX)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ReadingDto)
  readings?: ReadingDto[];
}

/**
 * A meter event as a CloudEvent 1.0 in JSON: what the edge takes. Raw OCPP frames have the types
 * `ocpp.{1.6|2.0.1|2.1}.{call|result|error}.v1`. Extensions of CloudEvents may stand beside these attributes.
 */
export class MeterEventDto {
  @IsIn(['1.0'])
  specversion!: '1.0';

  /** The gateway's id of the message. */
  @IsPlainText(MESSAGE_ID_LENGTH_MAX)
  id!: string;

  /** The gateway. */
  @IsPlainText(SOURCE_LENGTH_MAX)
  source!: string;

  @IsIn(TYPES)
  type!: string;

  /** `station`, `station/evse` or `station/evse/connector`. */
  @IsSubject(PLACE_LENGTH_MAX)
  subject!: string;

  /** Device time of the event, with its offset. */
  @IsMoment()
  time!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => MeterDataDto)
  data!: MeterDataDto;
}

import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';

/** One role of a partner (OCPI 2.3.0, Credentials, section 7.4.1). */
export class CredentialsRoleDto {
  @IsIn(['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP', 'PTP'])
  role!: string;

  /** Name, website and logo; not kept. */
  @IsOptional()
  @IsObject()
  business_details?: object;

  @IsString()
  @Length(1, 3)
  party_id!: string;

  @IsString()
  @Length(2, 2)
  country_code!: string;
}

/** The credentials of a partner (OCPI 2.3.0, Credentials, section 7.3.1). */
export class CredentialsDto {
  /** The token with which the partner could be called; it is not kept, because the ledger never calls. */
  @Matches(/^[!-~]{1,64}$/, { message: 'token is 1 to 64 printable characters without blanks' })
  token!: string;

  /** The partner's versions endpoint. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'] })
  @Length(1, 255)
  url!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => CredentialsRoleDto)
  roles!: CredentialsRoleDto[];

  /** OCPI 2.3.0: the hub through which the partner is reached; not used. */
  @IsOptional()
  @IsString()
  hub_party_id?: string;
}

import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';

/** Which sessions a proposed tariff is tried on, and how the answer is summed up. */
export class PreviewDto {
  @IsOptional()
  @IsString()
  @Length(1, 100)
  station?: string;

  @IsOptional()
  @IsString()
  @Length(1, 36)
  location?: string;

  /** Sessions that began at or after this moment. */
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  /** Sessions that began before this moment. */
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  /** `session` lists each one, `station` and `month` give sums. */
  @IsOptional()
  @IsIn(['session', 'station', 'month'])
  by?: 'session' | 'station' | 'month';
}

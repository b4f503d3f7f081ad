import { IsISO8601, IsOptional } from 'class-validator';

/** What a replay is asked. */
export class ReplayDto {
  /** Fold only what was recorded up to this moment. */
  @IsOptional()
  @IsISO8601({ strict: true })
  asOf?: string;
}

/** How far a device's clock may run ahead of the receipt before the message is set aside (`at-in-future`). */
export const AT_FUTURE_MAX_MS = 24 * 60 * 60 * 1000;

/** Most characters of a producer's message id. */
export const MESSAGE_ID_LENGTH_MAX = 256;
/** Most characters of `source`. */
export const SOURCE_LENGTH_MAX = 256;
/** Most characters of `type`. */
export const TYPE_LENGTH_MAX = 64;
/** Most characters of a station, EVSE or connector id (OCPP 2.0.1 allows stations 48). */
export const PLACE_LENGTH_MAX = 64;
/** Most characters of a transaction id (OCPP 2.0.1 allows 36). */
export const TRANSACTION_LENGTH_MAX = 128;
/** Most characters of a token's type and of its id (OCPP 2.1 allows 20 and 255). */
export const TOKEN_TYPE_LENGTH_MAX = 32;
export const TOKEN_ID_LENGTH_MAX = 255;
/** Most characters of the id of a token's group (OCPI Token `group_id` allows 36). */
export const TOKEN_GROUP_LENGTH_MAX = 64;
/** Most characters of a word of OCPP: trigger, stop reason, status, action. */
export const WORD_LENGTH_MAX = 64;
/** Largest sequence number (a signed 32-bit integer on most stations). */
export const SEQ_NO_MAX = 2_147_483_647;
/** Most readings of one message, and most values of one reading. */
export const READINGS_MAX = 2_000;
export const VALUES_MAX = 100;
/** Most digits of a value before and after the point. */
export const VALUE_WHOLE_DIGITS_MAX = 12;
export const VALUE_FRACTION_DIGITS_MAX = 18;
/** Largest power of ten, up or down, that `multiplier` may apply. */
export const MULTIPLIER_MAX = 9;
/** Most characters of a signed record and of the public key beside it (OCPP 2.1 allows 32,768 and 2,500). */
export const SIGNED_DATA_LENGTH_MAX = 32_768;
export const PUBLIC_KEY_LENGTH_MAX = 2_500;
/** Most charging periods that are kept of a station's own cost (OCPP 2.1, CostDetailsType). */
export const COST_PERIODS_MAX = 100;
/** Most characters of an OCPP-J frame in `frame`. */
export const FRAME_LENGTH_MAX = 200_000;

// Loaded before a program: its clock jumps by CLOCK_JUMP_MS each time that the process gets SIGUSR2, as NTP might put it right.
const SystemDate = globalThis.Date;
const jump = Number(process.env.CLOCK_JUMP_MS);
let shift = 0;

class ShiftedDate extends SystemDate {
  constructor(...args) {
    if (args.length === 0) super(SystemDate.now() + shift);
    else super(...args);
  }

  static now() {
    return SystemDate.now() + shift;
  }
}

globalThis.Date = ShiftedDate;
process.on('SIGUSR2', () => {
  shift += jump;
});

import fc from 'fast-check';
import {
  addMoney,
  CurrenciesDiffer,
  decimalText,
  Exact,
  formatMoney,
  isCurrency,
  minorUnits,
  type Money,
  sumByCurrency,
} from '.';

function money(amount: string, currency = 'EUR'): Money {
  return { currency, amount: decimalText(new Exact(amount)) };
}

const anyMoney = fc
  .tuple(fc.constantFrom('EUR', 'CHF', 'JPY'), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }))
  .map(([currency, units]) => money(`${units}e-6`, currency));

describe('money', () => {
  it('adds exactly', () => {
    expect(addMoney(money('0.1'), money('0.2'))).toEqual(money('0.3'));
    expect(addMoney(money('12345678901234567890.12'), money('0.01'))).toEqual(money('12345678901234567890.13'));
    expect(addMoney(money('1.5'), money('-1.50'))).toEqual(money('0'));
  });

  it('refuses to add two currencies', () => {
    expect(() => addMoney(money('1'), money('1', 'CHF'))).toThrow(CurrenciesDiffer);
    expect(() => addMoney(money('1'), money('1', 'CHF'))).toThrow('EUR and CHF');
  });

  it('is summed for each currency, in order of their codes', () => {
    const amounts = [money('1.10'), money('500', 'JPY'), money('2.95'), money('-1', 'CHF')];
    expect(sumByCurrency(amounts)).toEqual([money('-1', 'CHF'), money('4.05'), money('500', 'JPY')]);
    expect(sumByCurrency([])).toEqual([]);
  });

  it('has the same sums in any order', () => {
    fc.assert(
      fc.property(fc.array(anyMoney), (amounts) => {
        expect(sumByCurrency(amounts.toReversed())).toEqual(sumByCurrency(amounts));
      }),
    );
  });

  it.each([
    [money('12.3'), '12.30 EUR'],
    [money('12'), '12.00 EUR'],
    [money('-0.5'), '-0.50 EUR'],
    [money('0.12345'), '0.12345 EUR'],
    [money('1200', 'JPY'), '1200 JPY'],
    [money('1200.5', 'JPY'), '1200.5 JPY'],
    [money('3.2', 'KWD'), '3.200 KWD'],
  ])('%j is printed as %s', (amount, text) => {
    expect(formatMoney(amount)).toBe(text);
  });
});

describe('a currency', () => {
  it('has three capitals', () => {
    expect(['EUR', 'eur', 'EU', 'EURO', 'E R', 'ÄUR', 'EUR\n'].map(isCurrency)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('has two minor digits, with few exceptions', () => {
    expect(['EUR', 'CHF', 'JPY', 'ISK', 'TND', 'XYZ'].map(minorUnits)).toEqual([2, 2, 0, 0, 3, 2]);
  });
});

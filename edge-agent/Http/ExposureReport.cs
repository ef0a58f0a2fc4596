using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Http;

/// <summary>
/// What could be lost in one currency if this edge vanished now: all that the cloud cannot know to be unspent, and what
/// it has not heard of. The operator's float apart.
/// </summary>
/// <param name="RemainingMinor">Left in leases; the cloud cannot tell that it was not spent.</param>
/// <param name="HeldMinor">In open holds, which nobody could finish any more.</param>
/// <param name="UnacknowledgedMinor">Approved and not acknowledged, beyond open holds.</param>
internal sealed record ExposureReport(
    int Currency, long RemainingMinor, long HeldMinor, long UnacknowledgedMinor, long WorstMinor,
    long FloatRemainingMinor)
{
    public static IReadOnlyList<ExposureReport> Of(EdgeBook book)
    {
        var currencies = book.Leases.Values.Select(static lease => lease.Currency)
            .Concat(book.Holds.Open.Select(static hold => hold.Currency))
            .Concat(book.Policy is { } policy ? [policy.Currency] : []);
        return [.. currencies.Distinct().Order().Select(currency => Of(book, currency))];
    }

    private static ExposureReport Of(EdgeBook book, int currency)
    {
        long Left(bool isFloat) => book.Leases.Values
            .Where(lease => lease.Currency == currency && lease.IsFloat == isFloat).Sum(lease => lease.RemainingMinor);
        HeldPart[] held = [.. book.Holds.Open.Where(hold => hold.Currency == currency).SelectMany(hold => hold.Parts)];

        // A hold's parts are approvals too: what is held counts once. Approvals are in the policy's currency.
        var unknown = currency == book.Policy?.Currency
            ? book.EdgeExposureMinor - held.Where(part => IsUnknown(book, part)).Sum(static part => part.AmountMinor)
            : 0;
        var (remaining, holds) = (Left(isFloat: false), held.Sum(static part => part.AmountMinor));
        unknown = Math.Max(0, unknown);
        return new(currency, remaining, holds, unknown, remaining + holds + unknown, Left(isFloat: true));
    }

    private static bool IsUnknown(EdgeBook book, HeldPart part) =>
        book.Find(PaymentId.Of(part.Name)) is { } record && record.Place.Round > book.Watermark;
}

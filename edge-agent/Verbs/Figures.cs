using System.Globalization;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    private const int BarWidth = 20;

    private static readonly Dictionary<int, (string Name, int Digits)> Currencies = new()
    {
        [36] = ("AUD", 2), [124] = ("CAD", 2), [156] = ("CNY", 2), [356] = ("INR", 2), [392] = ("JPY", 0),
        [404] = ("KES", 2), [414] = ("KWD", 3), [752] = ("SEK", 2), [756] = ("CHF", 2), [826] = ("GBP", 2),
        [840] = ("USD", 2), [978] = ("EUR", 2), [985] = ("PLN", 2),
    };

    /// <summary>Three letters, or the ISO number of a currency that is not in the list.</summary>
    public static string Currency(int number) => Currencies.TryGetValue(number, out var known)
        ? known.Name
        : number.ToString("000", CultureInfo.InvariantCulture);

    public static string Money(long minor, int currency)
    {
        var digits = Currencies.TryGetValue(currency, out var known) ? known.Digits : 2;
        var scale = digits switch { 0 => 1, 2 => 100, _ => 1_000 };
        var whole = Count(minor / scale);
        if (minor < 0 && minor > -scale) whole = "-" + whole;
        if (digits == 0) return whole;
        return whole + "." + Math.Abs(minor % scale).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>Thousands apart, with a narrow space.</summary>
    public static string Count(long number) =>
        number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    public static string Percent(long part, long whole) => whole <= 0 ? "–" : $"{(long)((Int128)part * 100 / whole)} %";

    public static string Bar(long part, long whole)
    {
        var full = whole <= 0 ? 0 : (int)((Int128)Math.Clamp(part, 0, whole) * BarWidth / whole);
        return new string('█', full) + new string('░', BarWidth - full);
    }

    public static string Bytes(long bytes) => bytes switch
    {
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    public static string Age(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3_600 => $"{seconds / 60}m",
        < 172_800 => $"{seconds / 3_600}h{seconds / 60 % 60:00}m",
        _ => $"{seconds / 86_400}d",
    };
}

using System.Globalization;
using MqttPay.Host.Codes;

namespace MqttPay.CloudSync;

/// <summary>
/// Why something was not done: a number of the catalogue, a sentence for a person, and the field at fault.
/// </summary>
internal sealed record Refusal(int Number, string Detail, string? Param = null)
{
    private readonly CodeEntry entry =
        CodeCatalogue.Find(Number) ?? throw new InvariantException($"{Number} is not in the catalogue");

    /// <summary>A twin of this request is being answered; ask again.</summary>
    public static Refusal IdempotencyRunning { get; } = Plain(8001);

    public static Refusal IdempotencyOtherBody { get; } = Plain(8002);

    public static Refusal IdempotencyMissing { get; } = Plain(8003);

    public static Refusal Unauthenticated { get; } = Plain(8004);

    public static Refusal TooLarge { get; } = Plain(8008);

    public static Refusal RateLimited { get; } = Plain(8009);

    public static Refusal Unavailable { get; } = Plain(8010);

    public static Refusal Internal { get; } = Plain(8014);

    public string Code => entry.Code;

    public string Name => entry.Name;

    /// <summary>Codes that are not of HTTP have none of their own: whoever answers with one says the status.</summary>
    public int Status => int.TryParse(entry.Http, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        ? status
        : StatusCodes.Status422UnprocessableEntity;

    /// <summary>Whether the same wish may succeed after a while, so that the answer carries Retry-After.</summary>
    public bool Later => entry.Retry is Retry.Later && Status is 409 or 429 or 503;

    public static Refusal OutOfScope(string needed) =>
        new(8005, $"The key is valid, but this needs the scope {needed}.");

    public static Refusal NotFound(string what) => new(8006, $"There is no {what}.");

    public static Refusal Invalid(string? param, string detail) => new(8007, detail, param);

    public static Refusal Exists(string param, string detail) => new(8011, detail, param);

    public static Refusal MediaType(string detail) => new(8013, detail);

    /// <summary>A code in its written form, as the ingest gives it.</summary>
    public static Refusal Coded(string code, string detail) =>
        new(
            CodeCatalogue.Find(code)?.Number ?? throw new InvariantException($"{code} is not in the catalogue"),
            detail);

    public static Refusal Plain(int number)
    {
        var entry = CodeCatalogue.Find(number) ?? throw new InvariantException($"{number} is not in the catalogue");
        return new(number, $"{entry.Happened} {entry.Remedy}");
    }
}

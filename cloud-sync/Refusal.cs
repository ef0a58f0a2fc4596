namespace MqttPay.CloudSync;

/// <summary>Why something was not done: the catalogue's number and name, the HTTP status, and a sentence for a person.</summary>
internal sealed record Refusal(int Number, string Name, int Status, string Detail, string? Param = null)
{
    /// <summary>A twin of this request is being answered; ask again.</summary>
    public static Refusal IdempotencyRunning { get; } = new(
        8001, "idempotency_running", 409, "A request with this Idempotency-Key is still being answered.");

    public static Refusal IdempotencyOtherBody { get; } = new(
        8002, "idempotency_other_body", 422, "This Idempotency-Key was used with another request.");

    public static Refusal IdempotencyMissing { get; } = new(
        8003, "idempotency_missing", 400, "A POST needs an Idempotency-Key header of 1 to 255 visible characters.");

    public static Refusal Unauthenticated { get; } = new(
        8004, "unauthenticated", 401, "Send a known key as: Authorization: Bearer KEY.");

    public static Refusal TooLarge { get; } = new(8008, "body_too_large", 413, "The body is larger than this accepts.");

    public static Refusal Busy { get; } = new(8009, "rate_limited", 429, "Too much is in flight; come back a little later.");

    public static Refusal Unavailable { get; } = new(
        8010, "unavailable", 503, "The database cannot be reached or is too busy; nothing was stored.");

    public static Refusal Fault { get; } = new(8014, "internal", 500, "A fault of the server; nothing was stored.");

    public string Code => $"MP{Number:D4}";

    /// <summary>Whether the same wish may succeed after a while, so that the answer carries Retry-After.</summary>
    public bool Later => Number is 8001 or 8009 or 8010;

    public static Refusal OutOfScope(string needed) => new(
        8005, "scope_missing", 403, $"The key is known, but this needs the scope {needed}.");

    public static Refusal NotFound(string what) => new(8006, "not_found", 404, $"There is no {what}.");

    public static Refusal Invalid(string? param, string detail) => new(8007, "validation_failed", 400, detail, param);

    public static Refusal Exists(string param, string detail) => new(8011, "exists_already", 409, detail, param);

    public static Refusal MediaType(string detail) => new(8013, "media_type", 415, detail);
}

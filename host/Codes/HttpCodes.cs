using static MqttPay.Host.Codes.CodeEntry;

namespace MqttPay.Host.Codes;

/// <summary>MP8nnn: the cloud's HTTP API.</summary>
internal static class HttpCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(8001, "idempotency_running", Severity.Info, null, None, "409", Retry.Later,
            "A request with the same Idempotency-Key is still running.",
            "Repeat the same request after the time in Retry-After."),
        new(8002, "idempotency_other_body", Severity.Warning, null, None, "422", Retry.Never,
            "The Idempotency-Key was used before with another body.",
            "Make a new key for a new wish; repeat a wish with the same body."),
        new(8003, "idempotency_missing", Severity.Warning, null, None, "400", Retry.NewRequest,
            "A POST has no Idempotency-Key, or one of the wrong form.",
            "Send a key of 1 to 255 visible characters, made once per wish."),
        new(8004, "unauthenticated", Severity.Warning, null, None, "401", Retry.Never,
            "The request has no key, or one that is unknown or revoked.",
            "Send Authorization: Bearer with a key of this cloud."),
        new(8005, "scope_missing", Severity.Warning, null, None, "403", Retry.Never,
            "The key is valid and may not do this.",
            "Use a key with the scope that the answer names."),
        new(8006, "not_found", Severity.Warning, null, None, "404", Retry.Never,
            "There is no such object, or it is not this key's to see.",
            "Check the id."),
        new(8007, "validation_failed", Severity.Warning, null, None, "400", Retry.NewRequest,
            "A field is missing, of the wrong form or out of range; the answer names it.",
            "Correct the field; amounts are integers in minor units."),
        new(8008, "body_too_large", Severity.Warning, null, None, "413", Retry.NewRequest,
            "The body is larger than this resource takes.",
            "Send less at once."),
        new(8009, "rate_limited", Severity.Warning, null, None, "429", Retry.Later,
            "Requests arrive faster than they are served.",
            "Wait for the time in Retry-After."),
        new(8010, "unavailable", Severity.Error, null, None, "503", Retry.Later,
            "The database cannot be reached or the process is stopping; nothing was stored.",
            "Repeat the same request with the same key after Retry-After."),
        new(8011, "exists_already", Severity.Warning, null, None, "409", Retry.Never,
            "An object with this id exists and differs.",
            "Read it first; use another id for another thing."),
        new(8012, "insufficient_funds", Severity.Warning, null, None, "409", Retry.Later,
            "The account's available balance does not cover the amount.",
            "Fund the account, or wait until leases close."),
        new(8013, "media_type", Severity.Warning, null, None, "415", Retry.NewRequest,
            "The body has another content type or encoding than this resource takes.",
            "Edges send application/cbor, with gzip if they like; everybody else sends JSON."),
        new(8014, "internal", Severity.Error, null, None, "500", Retry.Later,
            "A fault of the server; nothing was stored, and the log has it under the request id.",
            "Repeat the same request with the same key; report the request id if it goes on."),
        new(8015, "wrong_state", Severity.Warning, null, None, "409", Retry.Never,
            "The object is in a state in which this cannot be done.",
            "Read the object; the answer says which state it would have to be in."),
    ];
}

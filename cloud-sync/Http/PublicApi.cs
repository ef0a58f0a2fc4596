using System.Text.Json;
using MqttPay.CloudSync.Enrolment;
using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// The frame of every public endpoint: who asks, the body within its limit, the effect once, the answer as JSON.
/// </summary>
internal sealed class PublicApi(
    Gatekeeper gatekeeper, Idempotency idempotency, NpgsqlDataSource database)
{
    public const int BodyMax = 64 * 1024;

    /// <summary>Answers a GET with what <paramref name="read"/> finds; null means that it is not there.</summary>
    public async Task<IResult> GetAsync<T>(
        HttpContext http, string what, Func<NpgsqlConnection, CancellationToken, Task<T?>> read)
        where T : class
    {
        if ((await gatekeeper.AdmitAsync(http, KeyRing.Read)).Refused(out var refusal, out _))
            return new Problem(refusal);
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var found = await read(connection, http.RequestAborted);
        return found is null ? new Problem(Refusal.NotFound(what)) : Results.Json(found, ApiJson.Options);
    }

    public Task<IResult> PostAsync<TInput, TAnswer>(
        HttpContext http, Func<NpgsqlConnection, TInput, Caller, CancellationToken, Task<Outcome<TAnswer>>> act)
        where TInput : class
        where TAnswer : class => PostAsync(
            http, BodyMax, "application/json",
            body => Parse<TInput>(body).Refused(out var wrong, out var input)
                ? wrong
                : (Effect)(async (connection, caller, cancel) =>
                    (await act(connection, input, caller, cancel)).Refused(out var refusal, out var answer)
                        ? refusal
                        : JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Options)));

    public async Task<IResult> PostAsync(
        HttpContext http, int bodyMax, string mediaType, Func<byte[], Outcome<Effect>> prepare)
    {
        if ((await gatekeeper.AdmitAsync(http, KeyRing.Admin)).Refused(out var refusal, out var caller))
            return new Problem(refusal);
        var read = await BodyReader.ReadAsync(http.Request, bodyMax, http.RequestAborted);
        if (read.Refused(out refusal, out var body)) return new Problem(refusal);
        if (prepare(body).Refused(out refusal, out var effect)) return new Problem(refusal);
        var done = await idempotency.RunAsync(http, caller, body, effect, http.RequestAborted);
        if (done.Refused(out refusal, out var answer)) return new Problem(refusal);
        if (answer.Replayed) http.Response.Headers[Idempotency.Replayed] = "true";
        return Results.Bytes(answer.Bytes, mediaType);
    }

    private static Outcome<T> Parse<T>(byte[] body)
        where T : class
    {
        try
        {
            // Some wishes need no fields: an empty body is an empty object.
            var json = body.Length == 0 ? "{}"u8 : body;
            var input = JsonSerializer.Deserialize<T>(json, ApiJson.Options);
            return input is null ? Refusal.Invalid(null, "The body is not a JSON object.") : input;
        }
        catch (JsonException fault)
        {
            return Refusal.Invalid(fault.Path, "The body is not a JSON object of this form.");
        }
    }
}

using MqttPay.CloudSync.Enrolment;
using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>Finds out who is asking and whether they may.</summary>
internal sealed class Gatekeeper(NpgsqlDataSource database)
{
    private const string Scheme = "Bearer ";
    private const int KeyMax = 200;

    public async Task<Outcome<Caller>> AdmitAsync(HttpContext http, string scope)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return Refusal.Unauthenticated;
        var token = header[Scheme.Length..].Trim();
        if (token.Length is 0 or > KeyMax) return Refusal.Unauthenticated;
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        if (await KeyRing.FindAsync(connection, token, http.RequestAborted) is not { } found)
            return Refusal.Unauthenticated;
        var caller = new Caller(found.Id, found.Scope, token);
        return caller.May(scope) ? caller : Refusal.OutOfScope(scope);
    }
}

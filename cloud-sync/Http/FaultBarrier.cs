using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// The edge of every request: a fault becomes a coded answer and a log line, and nothing of it leaks out.
/// </summary>
internal sealed class FaultBarrier(RequestDelegate next, ILogger<FaultBarrier> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException fault) when (!http.Response.HasStarted)
        {
            var refusal = fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Refusal.TooLarge
                : Refusal.Invalid(null, "The request cannot be read.");
            await new Problem(refusal).ExecuteAsync(http);
        }
        catch (NpgsqlException fault) when (!http.Response.HasStarted && (fault.IsTransient || NoRoom(fault)))
        {
            CloudLog.DatabaseRefused(log, fault, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await new Problem(Refusal.Unavailable).ExecuteAsync(http);
        }
        catch (Exception fault) when (!http.Response.HasStarted && fault is not InvariantException)
        {
            CloudLog.RequestFailed(log, fault, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await new Problem(Refusal.Internal).ExecuteAsync(http);
        }
    }

    /// <summary>Disk full, out of memory, or no more connections: the same request may do later.</summary>
    private static bool NoRoom(NpgsqlException fault) =>
        fault is PostgresException { SqlState: var state } && state.StartsWith("53", StringComparison.Ordinal);
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Bytes to the cloud and back. It believes nothing that is not signed; that is its callers' to check.
/// </summary>
internal sealed class CloudClient : IDisposable
{
    /// <summary>A roster of 100,000 devices has about 35 MB.</summary>
    private const long AnswerMax = 64L << 20;

    private static readonly MediaTypeHeaderValue Cbor = new("application/cbor");

    private readonly HttpClient http;
    private readonly CloudResilience resilience;

    public CloudClient(Uri cloud, uint edge, string apiKey, TimeProvider clock)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        };
        http = new(handler)
        {
            BaseAddress = new(cloud, $"/edge/v1/{edge}/"),
            Timeout = Timeout.InfiniteTimeSpan,   // The pipeline has the timeout.
            MaxResponseContentBufferSize = AnswerMax,
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", apiKey);
        resilience = new(clock);
    }

    /// <summary>How long the cloud wants batches to grow before they are sent; from its last answer.</summary>
    public TimeSpan SealAfter { get; private set; } = TimeSpan.FromSeconds(2);

    public Task<BatchAnswer> PostBatchAsync(byte[] batch, CancellationToken cancel) =>
        PostRoundsAsync("batches", batch, cancel);

    /// <summary>Rounds of a fence that is over, which the cloud takes beside its own history.</summary>
    public Task<BatchAnswer> PostBranchAsync(byte[] batch, CancellationToken cancel) =>
        PostRoundsAsync("branch", batch, cancel);

    private async Task<BatchAnswer> PostRoundsAsync(string path, byte[] batch, CancellationToken cancel)
    {
        var body = Compress(batch);
        try
        {
            using var response = await SendAsync(path, body, gzip: true, cancel);
            return await ReadAsync(response, cancel);
        }
        catch (Exception fault) when (CloudResilience.IsLink(fault, cancel))
        {
            return new BatchAnswer.Unreachable(fault.Message);
        }
    }

    /// <summary>Returns null, with the reason, when the cloud cannot be reached or answers nonsense.</summary>
    public async Task<(SyncAnswer? Answer, string? Reason)> SyncAsync(SyncRequest request, CancellationToken cancel)
    {
        try
        {
            using var response = await SendAsync("sync", SyncCodec.Encode(request), gzip: false, cancel);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
            if (response.StatusCode is not HttpStatusCode.OK)
                return (null, $"the cloud answered {(int)response.StatusCode}");
            var error = SyncCodec.TryParse(bytes, out SyncAnswer? answer);
            return error is WireError.None ? (answer, null) : (null, $"the cloud's answer is no answer: {error}");
        }
        catch (Exception fault) when (CloudResilience.IsLink(fault, cancel))
        {
            return (null, fault.Message);
        }
    }

    /// <summary>
    /// One try, for a question that a payment waits for; its caller has the time limit. Whatever is no answer throws.
    /// </summary>
    public async Task<SyncAnswer> AskAsync(SyncRequest request, CancellationToken cancel)
    {
        using var response = await PostAsync("sync", SyncCodec.Encode(request), gzip: false, cancel);
        response.EnsureSuccessStatusCode();
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        return SyncCodec.TryParse(bytes, out SyncAnswer? answer) is var error and not WireError.None
            ? throw new HttpRequestException($"the cloud's answer is no answer: {error}")
            : answer!;
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, bool gzip, CancellationToken cancel) =>
        await resilience.SendAsync(token => PostAsync(path, body, gzip, token), cancel);

    /// <summary>A request message is sent once; each try makes its own over the same bytes.</summary>
    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, bool gzip, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Cbor;
        if (gzip) request.Content.Headers.ContentEncoding.Add("gzip");
        return await http.SendAsync(request, cancel);
    }

    private async Task<BatchAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Headers.TryGetValues("Seal-After", out var values)
            && int.TryParse(values.FirstOrDefault(), out var seconds) && seconds is > 0 and <= 3600)
            SealAfter = TimeSpan.FromSeconds(seconds);

        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => new BatchAnswer.Acked(bytes),
            HttpStatusCode.Conflict when HeadMismatch.TryParse(bytes, out var other) is WireError.None =>
                other!.Reason == HeadMismatch.Fork
                    ? new BatchAnswer.Forked(other.NextRound, other.HeadRoot)
                    : new BatchAnswer.Gap(other.NextRound, other.HeadRoot),
            HttpStatusCode.UnprocessableContent or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.BadRequest =>
                new BatchAnswer.Refused(
                    System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 2_000)))),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                new BatchAnswer.Busy(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(5)),
            _ => new BatchAnswer.Unreachable($"the cloud answered {(int)response.StatusCode}"),
        };
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(bytes);
        return target.ToArray();
    }
}

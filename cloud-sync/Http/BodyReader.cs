using System.IO.Compression;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// Reads a body whole, never more than its limit: inflated bytes count, so a small body cannot grow large.
/// </summary>
internal static class BodyReader
{
    private const int ChunkSize = 64 * 1024;

    public static async Task<Outcome<byte[]>> ReadAsync(HttpRequest request, int limit, CancellationToken cancel)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
            return Refusal.MediaType("A body is sent plain or with gzip.");
        if (request.ContentLength > limit) return Refusal.TooLarge;
        try
        {
            if (encoding is not "gzip") return await ReadAsync(request.Body, limit, cancel);
            await using var inflated = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
            return await ReadAsync(inflated, limit, cancel);
        }
        catch (InvalidDataException)
        {
            return Refusal.Invalid(null, "The body is not gzip.");
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refusal.TooLarge;
        }
    }

    private static async Task<Outcome<byte[]>> ReadAsync(Stream source, int limit, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var chunk = new byte[ChunkSize];
        while (true)
        {
            var read = await source.ReadAsync(chunk, cancel);
            if (read == 0) return body.ToArray();
            if (body.Length + read > limit) return Refusal.TooLarge;
            body.Write(chunk, 0, read);
        }
    }
}

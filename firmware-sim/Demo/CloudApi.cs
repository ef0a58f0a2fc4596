using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>The cloud's public API, as any customer's program would use it.</summary>
internal sealed class CloudApi : IDisposable
{
    private static readonly JsonSerializerOptions Snake =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient http;

    public CloudApi(Uri address, string key)
    {
        http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(body, options: Snake), ReadOneAsync, cancel);

    /// <summary>Posts one JSON object per line and reads one per line.</summary>
    public Task<IReadOnlyList<JsonElement>> PostLinesAsync(
        string path, IEnumerable<object> lines, CancellationToken cancel)
    {
        var text = string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line, Snake)));
        return SendAsync(
            HttpMethod.Post, path, new StringContent(text, Encoding.UTF8, "application/x-ndjson"), ReadLinesAsync,
            cancel);
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancel) =>
        SendAsync(HttpMethod.Get, path, null, ReadOneAsync, cancel);

    /// <summary>Every row of a list, over all its pages.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancel)
    {
        var rows = new List<JsonElement>();
        var next = path;
        while (true)
        {
            var page = await GetAsync(next, cancel);
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            if (!page.TryGetProperty("next", out var after) || after.ValueKind is JsonValueKind.Null) return rows;
            next = $"{path}&after={Uri.EscapeDataString(after.ToString())}";
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? body, Func<HttpContent, CancellationToken, Task<T>> read,
        CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (body is not null) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        using var answer = await http.SendAsync(request, cancel);
        if (answer.IsSuccessStatusCode) return await read(answer.Content, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        throw new VerbException(ExitCode.Failed, $"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    private static async Task<JsonElement> ReadOneAsync(HttpContent content, CancellationToken cancel) =>
        await content.ReadFromJsonAsync<JsonElement>(cancel);

    private static async Task<IReadOnlyList<JsonElement>> ReadLinesAsync(HttpContent content, CancellationToken cancel)
    {
        var text = await content.ReadAsStringAsync(cancel);
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line)),
        ];
    }
}

namespace MqttPay.EdgeAgent;

/// <summary>
/// Left by a clean stop and taken by the next start. It says something to people; nothing about money hangs on it.
/// </summary>
internal sealed class CleanMark(string data)
{
    private readonly string path = Path.Combine(data, "clean");

    public void Set() => File.WriteAllText(path, "");

    /// <summary>Whether the last stop was clean. True once.</summary>
    public bool Take()
    {
        var existed = File.Exists(path);
        File.Delete(path);
        return existed;
    }
}

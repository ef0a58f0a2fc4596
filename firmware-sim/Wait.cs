namespace MqttPay.FirmwareSim;

/// <summary>Waits for what another process or loop will bring about; never longer than told.</summary>
internal static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>False when the time was over first.</summary>
    public static async Task<bool> ForAsync(
        Func<bool> condition, TimeSpan longest, TimeProvider clock, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        while (!condition())
        {
            if (clock.GetElapsedTime(started) >= longest) return false;
            await Task.Delay(Look, clock, cancel);
        }

        return true;
    }

    public static async Task<bool> ForAsync(
        Func<Task<bool>> condition, TimeSpan longest, TimeProvider clock, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        while (!await condition())
        {
            if (clock.GetElapsedTime(started) >= longest) return false;
            await Task.Delay(2 * Look, clock, cancel);
        }

        return true;
    }
}

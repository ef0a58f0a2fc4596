using System.Runtime.InteropServices;

namespace MqttPay.Host.Cli;

/// <summary>
/// Keeps SIGHUP from killing the process: the .NET host does not handle it, and the default action ends a gateway when
/// its terminal closes or systemd reloads it. Create it in the first line of <c>Main</c>.
/// </summary>
public sealed class SignalGuard : IDisposable
{
    private readonly PosixSignalRegistration hangup;
    private volatile Action? reload;

    public SignalGuard() => hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangup);

    /// <summary>What to do on SIGHUP; until it is set the signal is ignored.</summary>
    public void OnReload(Action action) => reload = action;

    public void Dispose() => hangup.Dispose();

    private void OnHangup(PosixSignalContext context)
    {
        context.Cancel = true;
        reload?.Invoke();
    }
}

-- Neovim opens, edits, fixes, suppresses and renames with `deploylint lsp`; any failure ends it with exit code 1.
local compose = table.concat({
  'services:',
  '  web:',
  '    image: nginx:1.27.2-alpine',
  '    restart: unless-stopped',
  '    depends_on: [db]',
  '    healthcheck:',
  '      test: ["CMD", "wget", "-q", "--spider", "http://localhost:8081/"]',
  '    volumes: ["./pages.conf:/etc/nginx/conf.d/default.conf:ro"]',
  '  db:',
  '    image: redis:latest',
  '    restart: unless-stopped',
  '',
}, '\n')
local rule = 'healthcheck-localhost-ipv6'

local function fail(what)
  io.stderr:write('neovim: ' .. what .. '\n')
  vim.cmd('cquit 1')
end

local function main()
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, 'p')
  folder = vim.loop.fs_realpath(folder)
  vim.fn.writefile(vim.split(compose, '\n'), folder .. '/compose.yml', 'b')
  vim.fn.writefile({ 'server { listen 0.0.0.0:8081; }' }, folder .. '/pages.conf')
  vim.cmd('edit ' .. folder .. '/compose.yml')

  local client = vim.lsp.start_client({ name = 'deploylint', cmd = { vim.env.DEPLOYLINT, 'lsp' }, root_dir = folder })
  vim.lsp.buf_attach_client(0, client)
  local function rules()
    local found = {}
    for _, one in ipairs(vim.diagnostic.get(0)) do
      found[one.code or (one.user_data and one.user_data.lsp and one.user_data.lsp.code) or ''] = one
    end
    return found
  end
  local function expect(what, test)
    if not vim.wait(120000, test, 50) then
      error(what .. ': ' .. vim.inspect(rules()))
    end
  end
  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  end
  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(0, method, params, 120000) or {}
    local answer = answers[client] or {}
    if answer.err or answer.error then
      error(method .. ': ' .. vim.inspect(answer))
    end
    return answer.result
  end
  local encoding = vim.lsp.get_client_by_id(client).offset_encoding
  local function undo()
    vim.cmd('silent undo')
    expect('undone', function()
      return rules()[rule] ~= nil
    end)
  end

  expect('opened', function()
    return rules()[rule] and rules()['unpinned-image']
  end)

  -- An edit, and back.
  vim.api.nvim_buf_set_text(0, 9, 17, 9, 23, { '7.4.1' })
  expect('edited', function()
    return not rules()['unpinned-image']
  end)
  vim.cmd('silent undo')
  expect('undone', function()
    return rules()['unpinned-image']
  end)

  -- The fix and the suppression.
  local line = vim.api.nvim_buf_get_lines(0, 6, 7, false)[1]
  local at = line:find('localhost', 1, true) - 1
  local place = { line = 6, character = at }
  local document = { uri = vim.uri_from_bufnr(0) }
  local params = {
    textDocument = document,
    range = { start = place, ['end'] = place },
    context = { diagnostics = {} },
  }
  local actions = vim.tbl_filter(function(action)
    return vim.startswith(action.title, rule)
  end, ask('textDocument/codeAction', params))
  if #actions ~= 2 then
    error('two actions: ' .. vim.inspect(actions))
  end
  for number, typed in ipairs({ 'http://127.0.0.1:8081/', '# deploylint: ignore[' .. rule .. ']' }) do
    local action = actions[number]
    if not action.edit then
      action = ask('codeAction/resolve', action)
    end
    vim.lsp.util.apply_workspace_edit(action.edit, encoding)
    if not text():find(typed, 1, true) then
      error('typed ' .. typed .. ': ' .. text())
    end
    expect('gone', function()
      return not rules()[rule]
    end)
    undo()
  end

  -- A rename.
  local renamed = ask('textDocument/rename', {
    textDocument = document,
    position = { line = 4, character = 17 },
    newName = 'store',
  })
  vim.lsp.util.apply_workspace_edit(renamed, encoding)
  if not text():find('depends_on: [store]', 1, true) or not text():find('\n  store:\n', 1, true) then
    error('renamed: ' .. text())
  end
  vim.lsp.stop_client(client)
  if not vim.wait(60000, function()
    return vim.lsp.client_is_stopped(client)
  end, 50) then
    error('the server does not end')
  end
end

local done, why = pcall(main)
if not done then
  fail(why)
end
vim.cmd('quitall!')
